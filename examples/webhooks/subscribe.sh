#!/bin/sh
# HOOKS_URL=https://hooks.example.com HOOKS_TOKEN=… sh subscribe.sh https://my.example.com/webhook
# Subscribes an address to the end of booked calls. The answer holds the secret: it is not shown again.
set -eu
curl --silent --show-error --fail-with-body "$HOOKS_URL/hooks" \
  --header "Authorization: Bearer $HOOKS_TOKEN" \
  --header 'Content-Type: application/json' \
  --data '{
    "target_url": "'"$1"'",
    "event": "call.completed",
    "filter": { "outcome": ["BOOKED", "CALLBACK"], "min_duration": 10 }
  }'
