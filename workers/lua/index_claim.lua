-- Claim articles in the near-duplicate index: look up, decide or insert, for each article of a batch in its order.
--
-- Nothing is inserted for an article that has an unjudged candidate: the caller judges it on the texts and claims
-- again. So a check and the insert that follows from it are one atomic step, and of any number of workers that hold
-- copies of one story exactly one inserts it. An article that claimed before gets the answer that it got then.
--
-- Everything lies in long strings cut into fixed slots; the newest slot of a bucket comes first and pushes out the
-- oldest. That is the whole of expiry: no TTL, no janitor, memory fixed by the capacities.
--
--   n{shard}  buckets of near slots:     tag 2, number 4
--   e{shard}  buckets of exact slots:    tag 5, number 4
--   v{shard}  buckets of verdicts:       article 14, relation 1, story 14, jaccard 2, containment 2
--   s{shard}  ring by number of sketches: shingles 2, sketch 64
--   r{shard}  ring by number of records:  article 14, own time 3, arrival 3
--   seq       the number of the newest article
--
-- KEYS[1]     the prefix of all of these
-- ARGV[1]     records in the ring, ARGV[2] sketches in the ring
-- ARGV[3]     near window, ARGV[4] exact window, ARGV[5] exact window of short texts (quarters of an hour)
-- ARGV[6]     containment that a candidate must be able to reach (thousandths)
-- ARGV[7..]   an article each, packed as workers/index/packing.py says
--
-- reply, an article each: "o" it is an original; "d" and a verdict's last 19 bytes; "c" and 18 bytes a candidate:
--   article 14, equal bytes of the sketches 1, shingles 2, shared keys 1

local T = KEYS[1]
local RECORDS, SKETCHES = tonumber(ARGV[1]), tonumber(ARGV[2])
local NEAR, EXACT, SHORT = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local REACH = tonumber(ARGV[6]) / 1000

local SHARD = 262128 -- bytes of a shard: the largest string that jemalloc keeps in its 256 kB class
local WRAP = 4294967296 -- numbers are 32 bits wide and may wrap
local HOT = 4 -- slots of a bucket that one key may hold: a boilerplate shingle leaves room for its neighbours
local MOST = 16 -- candidates an article is judged against at most, the likeliest first
local WIDTH = 64 -- bytes of a sketch

local call, sub, find, byte = redis.call, string.sub, string.find, string.byte
local floor, sqrt, min = math.floor, math.sqrt, math.min
local pack, unpack_ = struct.pack, struct.unpack

-- Key and offset of unit `index` in strings of units of `size` bytes.
local function place(kind, index, size)
  local per = floor(SHARD / size)
  return T .. kind .. floor(index / per), (index % per) * size
end

local function read(kind, index, size)
  local key, offset = place(kind, index, size)
  return call('GETRANGE', key, offset, offset + size - 1), key, offset
end

-- The last byte of a shard is written first: growing it bit by bit would double its allocation.
local function write(key, offset, size, value)
  if call('STRLEN', key) == 0 then
    call('SETRANGE', key, floor(SHARD / size) * size - 1, '\0')
  end
  call('SETRANGE', key, offset, value)
end

-- Put `slot` first in a bucket. Of slots that share its first `tag` bytes no more than `most` stay.
local function push(kind, bucket, slots, slot, tag, most)
  local size = #slot * slots
  local old, key, offset = read(kind, bucket, size)
  if old == '' then
    write(key, offset, size, slot)
    return
  end
  local drop, same = size - #slot, 0
  if most then
    local mine = sub(slot, 1, tag)
    for at = 0, size - #slot, #slot do
      if sub(old, at + 1, at + tag) == mine then
        same = same + 1
        if same >= most then drop = at; break end
      end
    end
  end
  call('SETRANGE', key, offset, slot .. sub(old, 1, drop))
end

-- The numbers in a bucket's slots that carry `tag`, newest first; those outside of the ring of `span` are left out.
local function numbers(kind, bucket, slots, tag, newest, span, found)
  local width = #tag + 4
  local text = read(kind, bucket, width * slots)
  local at = find(text, tag, 1, true)
  while at do
    if (at - 1) % width == 0 then
      local number = unpack_('>I4', text, at + #tag)
      if number > 0 and (newest - number) % WRAP < span then found(number) end
    end
    at = find(text, tag, at + 1, true)
  end
end

local function record(number)
  local text = read('r', number % RECORDS, 20)
  return sub(text, 1, 14), sub(text, 15, 17), sub(text, 18, 20)
end

local function quarter(three)
  local a, b, c = byte(three, 1, 3)
  return a * 65536 + b * 256 + c
end

-- Whether two articles lie within `window`: by their own times where both state one, else by arrival.
local function within(window, own, arrived, other_own, other_arrived)
  local a, b = quarter(own), quarter(other_own)
  if a == 0 or b == 0 then a, b = quarter(arrived), quarter(other_arrived) end
  return a - b <= window and b - a <= window
end

-- The most that the containment can be when `equal` of the sketches' bytes agree: two standard errors up.
local function reach(equal, mine, other)
  local jaccard = min(1, (equal + 1 + 2 * sqrt(equal + 1)) / WIDTH)
  return jaccard / (1 + jaccard) * (mine + other) / min(mine, other)
end

local function equal_bytes(sketch, other)
  local equal = 0
  for i = 1, WIDTH, 16 do
    local a = { byte(sketch, i, i + 15) }
    local b = { byte(other, i, i + 15) }
    for k = 1, 16 do
      if a[k] == b[k] then equal = equal + 1 end
    end
  end
  return equal
end

local function unpack_article(text)
  local a = {}
  a.id, a.own, a.arrived = sub(text, 1, 14), sub(text, 15, 17), sub(text, 18, 20)
  a.mode = sub(text, 21, 21)
  a.home, a.bucket, a.tag = unpack_('>I4', text, 22), unpack_('>I4', text, 26), sub(text, 30, 34)
  local short, count
  short, a.shingles, count = byte(text, 35), unpack_('>I2', text, 36), byte(text, 38)
  a.window = short == 1 and SHORT or EXACT
  a.keys = {}
  local at = 39
  for i = 1, count do
    a.keys[i] = { unpack_('>I4', text, at), sub(text, at + 4, at + 5) }
    at = at + 6
  end
  if count > 0 then
    a.sketch = sub(text, at, at + WIDTH - 1)
    at = at + WIDTH
  end
  a.rest = sub(text, at) -- mode "s": a verdict's 19 bytes; else the articles judged different, 14 bytes each
  return a
end

local function verdict_of(a)
  local text = read('v', a.home, 33 * 8)
  local at = find(text, a.id, 1, true)
  while at do
    if (at - 1) % 33 == 0 then return sub(text, at + 14, at + 32) end
    at = find(text, a.id, at + 1, true)
  end
end

local function remember(a, verdict)
  push('v', a.home, 8, a.id .. verdict)
  return verdict
end

local ORIGINAL = '\0'

local function answer(a, verdict)
  if sub(verdict, 1, 1) == ORIGINAL then return { 'o' } end
  return { 'd', verdict }
end

local function insert(a)
  local number = call('INCR', T .. 'seq') % WRAP
  if number == 0 then number = call('INCR', T .. 'seq') % WRAP end -- 0 marks an empty slot
  local packed = pack('>I4', number)
  local key, offset = place('r', number % RECORDS, 20)
  write(key, offset, 20, a.id .. a.own .. a.arrived)
  push('e', a.bucket, 16, a.tag .. packed, 5, HOT)
  if a.sketch then
    key, offset = place('s', number % SKETCHES, WIDTH + 2)
    write(key, offset, WIDTH + 2, pack('>I2', a.shingles) .. a.sketch)
    for _, k in ipairs(a.keys) do push('n', k[1], 8, k[2] .. packed, 2, HOT) end
  end
  return remember(a, ORIGINAL .. a.id .. '\255\255\255\255')
end

-- The oldest original with the same exact key inside the window.
local function exact_match(a, newest)
  local id
  numbers('e', a.bucket, 16, a.tag, newest, RECORDS, function(number)
    local other, own, arrived = record(number)
    if other == a.id or within(a.window, a.own, a.arrived, own, arrived) then id = other end
  end)
  return id
end

-- Originals that share a key and may be alike enough, likeliest first: lists of what the reply shows.
local function candidates(a, newest)
  local hits, order, list = {}, {}, {}
  local function found(number)
    if not hits[number] then hits[number] = 0; order[#order + 1] = number end
    hits[number] = hits[number] + 1
  end
  for _, k in ipairs(a.keys) do numbers('n', k[1], 8, k[2], newest, SKETCHES, found) end
  for _, number in ipairs(order) do
    local stored = read('s', number % SKETCHES, WIDTH + 2)
    local shingles = unpack_('>I2', stored)
    local equal = equal_bytes(a.sketch, sub(stored, 3))
    local most = reach(equal, a.shingles, shingles)
    if most >= REACH then
      local id, own, arrived = record(number)
      if id == a.id or within(NEAR, a.own, a.arrived, own, arrived) then
        list[#list + 1] = { most, number, id, pack('>BI2B', equal, shingles, hits[number]) }
      end
    end
  end
  table.sort(list, function(x, y) if x[1] ~= y[1] then return x[1] > y[1] end; return x[2] < y[2] end)
  return list
end

local function judged(a, id)
  local at = find(a.rest, id, 1, true)
  while at do
    if (at - 1) % 14 == 0 then return true end
    at = find(a.rest, id, at + 1, true)
  end
end

local function claim(text)
  local a = unpack_article(text)
  local before = verdict_of(a)
  if before then return answer(a, before) end
  if a.mode == 's' then return answer(a, remember(a, a.rest)) end
  if a.mode == 'i' then return answer(a, insert(a)) end
  local newest = tonumber(call('GET', T .. 'seq') or '0')
  local exact = exact_match(a, newest)
  if exact == a.id then return { 'o' } end
  if exact then return answer(a, remember(a, '\1' .. exact .. '\3\232\3\232')) end
  local open = {}
  if a.sketch then
    for i, c in ipairs(candidates(a, newest)) do
      if c[3] == a.id then return { 'o' } end
      if i <= MOST and not judged(a, c[3]) then
        open[#open + 1] = c[3] .. c[4]
      end
    end
  end
  if #open > 0 then return { 'c', table.concat(open) } end
  return answer(a, insert(a))
end

local replies = {}
for i = 7, #ARGV do replies[#replies + 1] = claim(ARGV[i]) end
return replies
