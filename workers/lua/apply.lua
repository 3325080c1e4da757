-- Apply: the effects of one job that a plain `rq worker` runs. There is no lease to fence with; each effect is safe
-- to repeat, so a job that RQ starts twice leaves the same traces as one that ran once.
--
-- call  effects, or `rejects`: { stage, id, kind, reason } of a job that will not be tried again
-- Reply orphans

if call.effects then apply(call.effects, nil) end
if call.rejects then reject_job(call.rejects.stage, call.rejects.id, call.rejects.kind, call.rejects.reason) end
push_jobs()
close_files()
write_counts()
return orphans
