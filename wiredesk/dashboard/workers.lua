-- Workers: the rows of RQ's workers with one job of the batch that each has in hand. Reads only.
--
-- KEYS  the workers' rows
-- ARGV  1 RQ's prefix   then the fields of a row
-- Reply { key, execution, executions, job's description, its created_at, fields ... } ...   '' for what is not there

local rows = {}

local function field(key, name)
  local value = redis.pcall('HGET', key, name)
  return type(value) == 'string' and value or ''
end

for _, key in ipairs(KEYS) do
  local record = redis.pcall('HMGET', key, unpack(ARGV, 2))
  if not record.err and (record[1] or record[2] or record[3]) then
    local executions = key .. ':executions'
    local held = redis.pcall('SRANDMEMBER', executions)
    held = type(held) == 'string' and held or ''
    local job = ARGV[1] .. ':job:' .. (string.match(held, '^([^:]+)') or '')
    local row = { key, held, 0, '', '' }
    if held ~= '' then
      row[3], row[4], row[5] = redis.call('SCARD', executions), field(job, 'description'), field(job, 'created_at')
    end
    for i = 1, #ARGV - 1 do row[5 + i] = record[i] or '' end
    rows[#rows + 1] = row
  end
end
return rows
