"""Origin: who first reported a story, with the sentence that says so.

    article ─ mentions ─ masking ─ attributions ─ credit ┐
    cluster of articles, each with its attributions ─────┴─ resolve ─ independence

rows           the rows of outlet tables, shipped and a home's own, and what is wrong with them
outlets        the table of outlets: ids, hosts, names
lookup         outlets by what a person types
audit          names in the table that nobody would ever read
cues           the words by which articles credit outlets, as data, one file a language (data/cues)
mentions       where a text names an outlet
masking        sentences in which every outlet is one character, so that a rule reads `reported by {o}`
attributions   every credit of an article: role, weight, informants, link, verbatim quote
credit         the one outlet that an article credits
resolve        the origin of a cluster
verdicts       a person's words on an origin, and what resolution makes of them
independence   K and U: how many independent reports stand behind a cluster

The whole stage is pure: the caller reads the data files and passes their text.
"""
