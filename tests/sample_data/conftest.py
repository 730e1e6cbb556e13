from pathlib import Path

import pytest

from sample_data.county import generate
from sample_data.manifest import Manifest


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """A county of another size and seed than the shipped one."""
    folder: Path = tmp_path_factory.mktemp("county")
    return generate(folder, parcels=2400, seed=7)
