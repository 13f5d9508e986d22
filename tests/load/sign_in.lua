-- One POST over and over; with LIVES each thread follows its own chain of refresh tokens.
local number = 0
local lives = os.getenv("LIVES") ~= nil

function setup(thread)
   number = number + 1
   thread:set("token", os.getenv("TOKEN_" .. number) or "")
end

function init()
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
   body = os.getenv("BODY")
end

function request()
   if lives then
      return wrk.format(nil, nil, nil, '{"refresh": "' .. token .. '"}')
   end
   return wrk.format(nil, nil, nil, body)
end

function response(status, _, answer)
   if lives and status == 200 then
      token = string.match(answer, '"refresh":%s*"([^"]+)"')
   end
end

dofile("tests/load/percentiles.lua")
