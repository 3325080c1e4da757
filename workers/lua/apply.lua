-- Apply: the effects of one job that a plain `rq worker` runs. There is no lease to fence with; each effect is safe
-- to repeat, so a job that RQ starts twice leaves the same traces as one that ran once.
--
-- call  effects
-- Reply orphans

apply(call.effects, nil)
push_jobs()
close_files()
write_counts()
return orphans
