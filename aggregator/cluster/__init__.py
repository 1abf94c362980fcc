"""Articles -> clusters: which articles tell one story, as copies or as retellings, and why.

    Article -> terms, stems -> Vocabulary (weights) -> Fingerprint (signatures, vector)     fingerprint.py
    Fingerprint + Shelf -> copies, retellings -> Membership                                 assign.py
    a touched cluster -> merged, split, members moved                                       repair.py
    all touched clusters, before a digest -> the same once more                             sweep.py
    a person's word on stories and articles -> Transfers, Ties that every step above obeys  correct.py
    Membership + two Fingerprints -> why                                                    explain.py

Everything here is pure: it reads and writes through the Shelf port (shelf.py) and knows no clock.
"""
