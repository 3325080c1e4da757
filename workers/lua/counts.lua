-- Counts: what the metrics add up, written in the same step as what is counted. A worker that dies loses none, a script
-- that is sent again counts nothing twice. Names and buckets: wiredesk/counts.py.

local counted = {}

local function count(name, n)
  counted[name] = (counted[name] or 0) + (n or 1)
end

-- `n` jobs of a stage that took `seconds` each.
local function count_time(stage, seconds, n)
  local bucket = '+Inf'
  for _, bound in ipairs(common.buckets) do
    if seconds <= bound then
      bucket = string.format('%g', bound)
      break
    end
  end
  count('took:' .. stage .. ':' .. bucket, n)
  count('us:' .. stage, math.floor(seconds * n * 1000000 + 0.5))
end

local function write_counts()
  for name, n in pairs(counted) do redis.call('HINCRBY', common.counts, name, n) end
end
