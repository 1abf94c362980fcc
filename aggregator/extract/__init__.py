"""Entries -> articles: what a page says, once everything around its article is taken away.

    page bytes ──document──> tree ──metadata──> title, byline, language, date, canonical
                               └──credits──> trafilatura ──flatten──> text, links ──quality──> Page
    Entry + Page ──article──> Article

`document` finds the character set and parses once; `metadata` reads the head in one pass; `credits` saves the lines
that credit a source from being taken for furniture; `flatten` turns trafilatura's tree into text and links with
offsets; `language` names the language; `quality` says why a text is none; `page` composes them and runs in a worker;
`article` is the entry's article, from the page or from what the feed says.
"""
