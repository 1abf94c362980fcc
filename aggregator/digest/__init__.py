"""Clusters and their origins become the digest of a day.

`summarise` chooses a story's headline and quotes its extract, `select` ranks the stories and lays out the sections,
`render` shows a digest in the terminal and as text, Markdown, HTML and JSON. All but the loading of the HTML template
is pure: the clock is an argument.
"""
