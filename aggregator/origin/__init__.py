"""Origin: who first reported a story, with the sentence that says so.

    article ─ mentions ─ masking ─ attributions ─ credit ┐
    cluster of articles, each with its attributions ─────┴─ resolve ─ independence

rows           the rows of outlet tables, shipped and a home's own, and what is wrong with them
outlets        the table of outlets: ids, hosts, names; rows, lookup and audit read, search and check it
cues           the words by which articles credit outlets, as data, one file a language (data/cues)
mentions       where a text names an outlet; anaphora: where a type noun stands for one
masking        sentences in which every outlet is one character, so that a rule reads `reported by {o}`
attributions   every credit of an article: role, weight, informants, link, verbatim quote
canonical      the credit that an address on another brand's site gives; denials: what a report was met with
credit         the one outlet that an article credits, and how sure that is
resolve        the origin of a cluster; joint, standing, verdicts: partners, denials, a person's words
change         what a new resolution changed
independence   K and U: how many independent reports stand behind a cluster

The whole stage is pure: the caller reads the data files and passes their text.
"""
