import pytest

from fs2 import tracking


@pytest.fixture
def client(store, monkeypatch):
    """The store that the test's module made, in whose folder the test runs."""
    from mlflow import MlflowClient

    monkeypatch.chdir(store)
    return MlflowClient(tracking.store_uri())


@pytest.fixture
def runs(client):
    """Finds the runs that have all the given tags, the newest first."""

    def find(**tags):
        experiment = client.get_experiment_by_name("fastspeech2").experiment_id
        query = " and ".join(f"tags.{key} = '{value}'" for key, value in tags.items())
        return client.search_runs([experiment], query)

    return find
