-- Check-ins: each thread is a scanner of its own with its share of the codes, each shown once.
local number = 0
local threads = {}

function setup(thread)
   number = number + 1
   thread:set("mine", number)
   thread:set("token", os.getenv("TOKEN_" .. number))
   table.insert(threads, thread)
end

function init()
   local scanners = tonumber(os.getenv("SCANNERS"))
   local line = 0
   codes, at = {}, 0
   for code in io.lines(os.getenv("CODES")) do
      line = line + 1
      if line % scanners == mine % scanners then table.insert(codes, code) end
   end
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
   wrk.headers["Authorization"] = "Bearer " .. token
end

function request()
   at = at + 1
   local code = codes[(at - 1) % #codes + 1]
   return wrk.format(nil, nil, nil, '{"code": "' .. code .. '", "nonce": "n-' .. at .. '-' .. token:sub(6, 12) .. '"}')
end

dofile("tests/load/percentiles.lua")
