<?php
// WEBHOOK_SECRET=whsec_... php -S 127.0.0.1:3000 receive.php
// Takes deliveries of the hooks server. Needs nothing but PHP 8.

/** True if the hooks server signed these very bytes within the last five minutes. */
function isGenuine(string $secret, string $body): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $expected = base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    // Several signatures stand side by side while a secret is being replaced.
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $part) {
        [$version, $signature] = explode(',', $part, 2) + ['', ''];
        if ($version === 'v1' && hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

$body = file_get_contents('php://input');
if (!isGenuine((string) getenv('WEBHOOK_SECRET'), $body)) {
    http_response_code(401);
    return;
}
$event = json_decode($body, true, 512, JSON_THROW_ON_ERROR);
// PHP forgets between requests: note $_SERVER['HTTP_WEBHOOK_ID'] in a table with a unique column, and pass over what is in it.
file_put_contents('php://stdout', $event['id'] . ' ' . ($event['outcome'] ?? $event['reason'] ?? '') . "\n");
http_response_code(204);
