"""Background work: its progress and its result.

A *job* is a row: what is to be done (its *kind* and arguments), for whom and within whose scope, how far it has come
and what came of it. The row is the truth; the *queue* carries only its id, to wake a worker. A worker *claims* a job
for the length of a *lease* and renews it by a *heartbeat*; where the lease runs out (the worker was killed), another
claims it again, and every write of the first is refused from then on.

A room adds a kind in its tasks.py:

    @job_kind("network.import", label=_l("Import of outlets"))
    def import_outlets(job: RunningJob, *, batch_id: int) -> dict[str, object]:
        for chunk in chunks:
            ...                                  # write through job.session
            job.progress(done, total)            # also where a cancelled job ends
            job.commit()                         # what is done so far, and that it is done, in one transaction
        return {"imported": done}                # stored as the result, with the last writes, in one transaction

and starts it with `start_job(session, kind="network.import", owner=user, arguments={"batch_id": 7})`. It may be
killed at any moment and is then run again from its beginning: write so that a second run repeats nothing.
"""
