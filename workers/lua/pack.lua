-- Put locators in the place of values, each only where the value is still the one that was packed.
--
-- Invariants
--   * a value that was written meanwhile stays: it is newer than what the pack holds;
--   * a locator lives as long as the value would have;
--   * the first write is one that a full Redis does not refuse: this is what makes room there.
--
-- KEYS  the keys of a pack's values
-- ARGV  for each: SHA-1 (hex) of the value that was packed, and its locator
-- Reply  how many were replaced

local life = redis.call('PTTL', KEYS[1])
if life > 0 then redis.call('PEXPIRE', KEYS[1], life) else redis.call('PERSIST', KEYS[1]) end

local replaced = 0
for n, key in ipairs(KEYS) do
  local value = redis.call('GET', key)
  if value and redis.sha1hex(value) == ARGV[2 * n - 1] then
    redis.call('SET', key, ARGV[2 * n], 'KEEPTTL')
    replaced = replaced + 1
  end
end
return replaced
