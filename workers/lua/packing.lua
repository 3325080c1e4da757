-- The packer's turn and how far it came, of which a full Redis refuses neither: packing is what makes room there.
--
-- Redis refuses a script its first write where that could take memory, and none of those after it.
--
-- KEYS  1 the packer's turn   2 how far each stream was packed (hash)
-- ARGV  1 "take" or "keep" the turn: worker, seconds   or "note": field, value
-- Reply  1 done, 0 the turn is another's

local what, one, two = ARGV[1], ARGV[2], ARGV[3]
if what == 'take' and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if what == 'note' then
  redis.call('PERSIST', KEYS[2])
  redis.call('HSET', KEYS[2], one, two)
else
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[1], one, 'EX', two)
end
return 1
