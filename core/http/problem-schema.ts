/** The body of every error, as a shared schema. */
import Type from 'typebox'

/** Characters of each text, and entries of `errors`; what is longer is cut before it leaves. */
export const longestText = 2000
export const mostErrors = 200

const text = (description: string) => Type.String({ maxLength: longestText, description })

export const problemSchema = Type.Object(
  {
    type: text('Which kind; relative to the address of the platform, where it is documented'),
    title: text('What this kind says'),
    status: Type.Integer({ description: 'The status of HTTP', minimum: 400, maximum: 599 }),
    detail: Type.Optional(text('What happened this time')),
    remedy: text('What to do next'),
    instance: Type.Optional(text('The path of the request')),
    requestId: Type.Optional(text('Stands in the header request-id and in the log')),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: text('JSON pointer'),
          message: text('What to correct'),
          code: Type.Optional(text('The rule that was broken')),
          in: Type.Optional(
            Type.Enum(['query', 'path', 'header'], { description: 'Where the pointer points; absent: the body' }),
          ),
        }),
        { description: 'Each place to correct', maxItems: mostErrors },
      ),
    ),
  },
  {
    $id: 'Problem',
    title: 'Problem',
    additionalProperties: true,
    examples: [
      {
        type: '/docs/errors#validation-failed',
        title: 'The request does not fit its schema',
        status: 400,
        detail: '1 to correct',
        remedy: 'Correct the places that `errors` names; each has a JSON pointer.',
        instance: '/api/v1/members',
        requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
        errors: [{ pointer: '/lastName', message: 'is required', code: 'required' }],
      },
    ],
  },
)
