"""A digest for people and programs.

`facts` words what every format says, `inert` makes foreign text harmless, `formats` is the one entry point for
`text`, `markdown`, `html` and `json`; `terminal` needs to know the terminal as well and stands beside them.
"""
