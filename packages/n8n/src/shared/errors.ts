import { isMovoiceError, type MovoiceError, type ValidationError } from '@movoice-kit/core/engine'
import { type INode, type JsonObject, NodeApiError, NodeOperationError } from 'n8n-workflow'

export const DOCS = 'https://github.com/movoice-kit/movoice-kit/blob/main/docs/n8n.md'

/** What the fields of the API are called on the node's screen. */
const LABELS: Readonly<Record<string, string>> = {
  agent_id: 'Agent',
  recipient_phone: 'Phone Number',
  from_number: 'From Number',
  max_duration: 'Max Duration',
  schedule_at: 'Schedule At',
  variables: 'Variables',
  concurrency: 'Concurrency',
  recipients: 'Recipients',
  call_id: 'Call ID',
  prompt: 'Prompt',
  voice_id: 'Voice ID',
  limit: 'Limit',
  from: 'Placed After',
  to: 'Placed Before',
}

/** Makes n8n's own kind of error of one of the kit: what happened as its message, what to do as its description. */
export function nodeError(
  node: INode,
  thrown: unknown,
  itemIndex?: number,
): NodeApiError | NodeOperationError {
  const item = itemIndex === undefined ? {} : { itemIndex }
  if (thrown instanceof NodeApiError || thrown instanceof NodeOperationError) {
    if (itemIndex !== undefined) thrown.context.itemIndex ??= itemIndex
    return thrown
  }
  if (!isMovoiceError(thrown)) {
    return new NodeOperationError(node, thrown instanceof Error ? thrown : String(thrown), item)
  }
  const description = describe(thrown)
  if (thrown.code === 'validation_failed') {
    const message = sentence((thrown as ValidationError).problems)
    return withCode(new NodeOperationError(node, message, { ...item, description }), thrown)
  }
  const plain = { ...thrown.toJSON(), name: thrown.name } as JsonObject
  const error = new NodeApiError(node, plain, {
    ...item,
    message: thrown.message,
    description,
    ...(thrown.status !== undefined && { httpCode: String(thrown.status) }),
  })
  return withCode(error, thrown)
}

/** What a workflow can branch on, beside the message: kept where n8n shows and passes it on. */
function withCode<T extends NodeApiError | NodeOperationError>(error: T, from: MovoiceError): T {
  error.context.movoice = details(from)
  return error
}

/** The facts of an error as plain data: no stack, no secrets. */
export function details(error: MovoiceError): JsonObject {
  return JSON.parse(JSON.stringify(error)) as JsonObject
}

function describe(error: MovoiceError): string {
  const lines = [error.hint]
  if (error.param !== undefined && error.code !== 'validation_failed') {
    lines.push(`Field: ${LABELS[error.param] ?? error.param}.`)
  }
  if (error.sent === 'maybe') lines.push('The phone may have rung.')
  if (error.requestId !== undefined) lines.push(`Request: ${error.requestId}.`)
  lines.push(`More: <a href="${DOCS}#errors" target="_blank">what errors mean and what to do</a>.`)
  return lines.filter((line) => line !== '').join(' ')
}

function sentence(problems: ValidationError['problems']): string {
  return problems
    .map(({ path, message }) => `${LABELS[path] ?? (path === '' ? 'The request' : path)} ${message}`)
    .join('; ')
}
