"""feeds.yaml and the environment -> frozen `Settings`; every error names file, line, key and the form expected.

nodes     YAML text -> a tree that knows where everything stands (pure)
schema    what may stand in the file: every key with its form and bounds (pure)
check     tree + schema -> the document, or all that is wrong with it, by line (pure)
edit      adds and removes one feed in the text and leaves the rest as it is (pure, but for `write_atomically`)
template  cuts the shipped file to topics, countries and languages of choice (pure)
settings  the frozen result
read      the shell: a home's file and the environment -> Settings
"""
