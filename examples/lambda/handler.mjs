// For AWS Lambda behind an HTTP API or a function URL (payload format 2.0). Lambda may freeze a function once it has
// answered, so the event goes to a DynamoDB table, each id once; the table's stream starts the function that does the work.
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { fromHooks, fromMovoice, statusOf } from '../inbox/verify.mjs'

const database = new DynamoDBClient()

export async function handler({ rawPath, body = '', isBase64Encoded, headers }) {
  const raw = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  try {
    const event = rawPath.endsWith('/hook') ? fromHooks(raw, headers) : fromMovoice(raw, headers)
    return { statusCode: (await keep(event)) ? 202 : 200 }
  } catch (error) {
    if (statusOf(error) === 500) console.error(error)
    return {
      statusCode: statusOf(error),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: statusOf(error) === 500 ? 'Please send it again.' : error.message }),
    }
  }
}

/** The table `movoice-events` has the key `id`, a string. True unless the event was there already. */
async function keep(event) {
  try {
    const Item = { id: { S: event.id }, event: { S: JSON.stringify(event) } }
    const ConditionExpression = 'attribute_not_exists(id)'
    await database.send(new PutItemCommand({ TableName: 'movoice-events', Item, ConditionExpression }))
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
