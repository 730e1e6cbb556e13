"""The extra `dask`: workers on this machine give the rows that one process gives."""

import os
import signal

import pyarrow.parquet as pq
import pytest

from services.audit.request import Executor

from .conftest import BOW_TIE, SQUARES

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs="ERROR",
    ) as running:
        yield running


def records(run):
    return pq.read_table(run.out).to_pylist()


@pytest.mark.slow
def test_the_rows_are_the_same_when_a_worker_is_killed_half_way(audit, parcels, cluster):
    path = parcels([*SQUARES, BOW_TIE])
    serial = records(audit(None, path=path))
    killed = []

    def kill_one(done, _total):
        if done > 2 and not killed:
            nanny = cluster.workers[0]
            killed.append(nanny.pid)
            os.kill(nanny.pid, signal.SIGKILL)

    run = audit(
        None,
        path=path,
        executor=Executor.DASK,
        scheduler=cluster.scheduler_address,
        chunk_sites=1,
        progress=kill_one,
    )
    assert killed
    assert (run.judged, run.refused, run.failed) == (9, 1, 0)
    assert records(run) == serial
