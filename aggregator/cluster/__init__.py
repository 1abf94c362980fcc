"""Articles -> clusters: which articles tell one story, as copies or as retellings, and why.

    Article - boilerplate -> words -> terms, names -> Vocabulary (weights) -> Fingerprint        fingerprint.py
    Fingerprint + Shelf -> copies, retellings -> Membership; round-ups stand alone               assign.py
    what changed, and what is near it -> portions -> regrouped -> ids kept                       sweep.py
    clusters of several languages -> one story, by their names                                   bridge.py
    a person's word on stories and articles -> Transfers, Ties that every step above obeys       correct.py
    Membership + two Fingerprints -> why                                                         explain.py

What each step stands on:

    boilerplate, terms, stems, ordinals, kinds, names, vocabulary, roundup    what is read from an article
    signatures, sparse                                                        MinHash and vectors
    copies, similarity, lookalike, opposites                                  two articles
    sums, contrast, likeness                                                  two clusters, and many articles
    portions, regroup, naming, settle                                         the pass
    ties                                                                      a person's word

Everything here is pure: it reads and writes through the Shelf port (shelf.py) and knows no clock.
"""
