"""An editor that is open for a file of tests, and the address of a spec that is not yet there."""

import pytest
from client import Client


@pytest.fixture(scope="module")
def client():
    with Client() as client:
        yield client


@pytest.fixture
def uri(tmp_path):
    return (tmp_path / "model.yaml").as_uri()
