// Runs the handler on this machine: an HTTP server that makes API Gateway's events (payload format 2.0) of requests, and
// a DynamoDB of its own in memory. For trying it out, and for the tests; nothing of it is deployed.
import { createServer } from 'node:http'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'

const dynamo = dynalite({ createTableMs: 0 })
await new Promise((resolve) => dynamo.listen(0, '127.0.0.1', resolve))
Object.assign(process.env, {
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamo.address().port}`,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
})
await new DynamoDBClient().send(
  new CreateTableCommand({
    TableName: 'movoice-events',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  }),
)
const { handler } = await import('./handler.mjs')

/** API Gateway hands text over as text and everything else as base64, and header names in lower case. */
const isText = (type = '') => /^(text\/|application\/(json|javascript|xml))/.test(type)

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const asText = isText(request.headers['content-type'])
  const [rawPath, rawQueryString = ''] = request.url.split('?')
  const answer = await handler({
    version: '2.0',
    routeKey: `${request.method} ${rawPath}`,
    rawPath,
    rawQueryString,
    headers: request.headers,
    requestContext: {
      apiId: 'local',
      http: { method: request.method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      requestId: crypto.randomUUID(),
      stage: '$default',
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !asText,
  })
  console.log(request.method, rawPath, answer.statusCode)
  response.writeHead(answer.statusCode, answer.headers).end(answer.body)
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`)
})
