"""What every test may lean on: the shared data where it is present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("retold", deadline=None)
settings.load_profile("retold")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory of shared real data: $RETOLD_SHARED, else ../shared beside the checkout."""
    place = Path(os.environ.get("RETOLD_SHARED", ROOT.parent / "shared"))
    if not (place / "data").is_dir():
        pytest.skip(f"no shared data at {place}: set RETOLD_SHARED to its directory")
    return place
