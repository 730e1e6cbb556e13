"""Who judges the chunks: this thread, threads, processes, or workers of dask.

Rows do not depend on who computes them. At most a few chunks per worker are under way, so that
memory stays the same however many sites there are.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures import Executor as Pool
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

import geopandas as gpd

from geo.process import prepare_process
from services.audit.job import AuditJob, failed_chunk, judge_chunk
from services.audit.request import AuditRequest, Executor
from services.audit.rows import AuditRow
from services.errors import InvalidOptionError

__all__ = ["judged_chunks"]

AHEAD = 3
Chunks = Iterable[gpd.GeoDataFrame]


def judged_chunks(job: AuditJob, chunks: Chunks, request: AuditRequest) -> Iterator[list[AuditRow]]:
    """Rows chunk by chunk, in whatever order they are ready.

    Raises
    ------
    InvalidOptionError
        dask is asked for and not installed (`extra_missing`).
    ServiceError
        See `judge_chunk`.
    """
    workers = request.workers or os.cpu_count() or 1
    match request.executor:
        case Executor.SERIAL:
            yield from (judge_chunk(job, chunk) for chunk in chunks)
        case Executor.THREADS:
            with ThreadPoolExecutor(workers) as pool:
                yield from _pooled(pool, job, chunks, workers)
        case Executor.PROCESSES:
            yield from _in_processes(job, chunks, workers)
        case Executor.DASK:
            yield from _on_dask(job, chunks, request)


def _pooled(pool: Pool, job: AuditJob, chunks: Chunks, workers: int) -> Iterator[list[AuditRow]]:
    waiting = iter(chunks)
    under_way: dict[Future[list[AuditRow]], gpd.GeoDataFrame] = {}
    try:
        while True:
            while len(under_way) < AHEAD * workers and (chunk := next(waiting, None)) is not None:
                under_way[_submitted(pool, job, chunk)] = chunk
            if not under_way:
                return
            ready, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in ready:
                rows = future.result()
                del under_way[future]
                yield rows
    except BrokenProcessPool as broken:
        raise _WorkerDiedError([*under_way.values()]) from broken
    finally:
        for future in under_way:
            future.cancel()


def _submitted(pool: Pool, job: AuditJob, chunk: gpd.GeoDataFrame) -> Future[list[AuditRow]]:
    """The chunk on its way; a pool that broke meanwhile says so through the future as well."""
    try:
        return pool.submit(judge_chunk, job, chunk)
    except BrokenProcessPool as broken:
        refused: Future[list[AuditRow]] = Future()
        refused.set_exception(broken)
        return refused


class _WorkerDiedError(Exception):
    """A worker was killed; nobody knows at which of the chunks under way."""

    def __init__(self, lost: list[gpd.GeoDataFrame]) -> None:
        super().__init__(len(lost))
        self.lost = lost


def _pool(workers: int) -> ProcessPoolExecutor:
    # forking after GDAL and threads have been used is unsafe
    return ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=prepare_process
    )


def _in_processes(job: AuditJob, chunks: Chunks, workers: int) -> Iterator[list[AuditRow]]:
    """Chunks under way when a worker dies are judged again, each by itself."""
    waiting = iter(chunks)
    while True:
        try:
            with _pool(workers) as pool:
                yield from _pooled(pool, job, waiting, workers)
            return
        except _WorkerDiedError as died:
            for chunk in died.lost:
                yield from _one_by_one(job, chunk)


def _one_by_one(job: AuditJob, chunk: gpd.GeoDataFrame) -> Iterator[list[AuditRow]]:
    """Judge a chunk apart; when its worker dies again, site by site, so that one is named."""
    with _pool(1) as pool:
        try:
            yield pool.submit(judge_chunk, job, chunk).result()
            return
        except BrokenProcessPool:
            if len(chunk) == 1:
                yield failed_chunk(chunk, "audit_worker_died")
                return
    for position in range(len(chunk)):
        yield from _one_by_one(job, chunk.iloc[[position]])


def _on_dask(job: AuditJob, chunks: Chunks, request: AuditRequest) -> Iterator[list[AuditRow]]:
    if importlib.util.find_spec("distributed") is None:
        raise InvalidOptionError("extra_missing", extra="dask", needed="distributed")
    from distributed import Client, as_completed  # noqa: PLC0415  an extra

    here = {
        "n_workers": request.workers or os.cpu_count(),
        "threads_per_worker": 1,
        "host": "127.0.0.1",
        "dashboard_address": None,
    }
    asked: dict[str, Any] = {"address": request.scheduler} if request.scheduler else here
    with Client(**asked) as client:
        most = AHEAD * max(len(client.scheduler_info()["workers"]), 1)
        client.run(prepare_process)
        shared = client.scatter(job, broadcast=True, hash=False)
        waiting = iter(chunks)
        ready = as_completed()
        for chunk in waiting:
            ready.add(client.submit(judge_chunk, shared, chunk, pure=False, retries=2))
            if ready.count() >= most:
                break
        for future in ready:
            yield future.result()
            following = next(waiting, None)
            if following is not None:
                ready.add(client.submit(judge_chunk, shared, following, pure=False, retries=2))
