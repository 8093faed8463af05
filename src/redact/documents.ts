import { isRandom, withoutShapes } from './shapes.ts';

/** What a body is made of: a text in quotes, a word or number, or a mark; and what follows it. A text that is not closed goes to the end. */
const TOKEN = /(?:"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)|[\p{L}\p{N}_$.*+-]+|[^\s])(?=\s*(\S?))/gsu;
/** Keys whose values are names: of collections, tables, indexes, fields. */
const NAMES =
  /^["']?(?:find|insert|update|delete|aggregate|count|distinct|findAndModify|findandmodify|createIndexes|create|drop|listIndexes|mapReduce|getMore|collection|collMod|\$db|db|ns|coll|from|into|localField|foreignField|as|\$out|\$merge|connectFromField|connectToField|startWith|TableName|IndexName|index|_index|_type|type|field|fields|path|sort|_source|stored_fields|docvalue_fields|projection|ProjectionExpression|KeyConditionExpression|FilterExpression|UpdateExpression|ConditionExpression|AttributesToGet|Select|ReturnValues|ReturnConsumedCapacity|use_index|design|view|container|order|mode|operator)["']?$/;
/** A reference to a field: `$city`, `$$ROOT`, `#name`, `:value`. */
const REFERENCE = /^["']?(?:\$\$?[A-Za-z_][\w.]*|#\w+|:\w+|\?+|_all|\*|asc|desc)["']?$/;
const WORD = /^\.?[\p{L}_$]/u;
const NAME = /^["']?[\p{L}_$#:][\p{L}\p{N}_$#:.*,^-]{0,100}["']?$/u;
const CONSTANT = /^(?:true|false|null|undefined)$/;

/** The body of a document store: its keys, operators and names, with `?` for every other value. */
export function shownDocument(body: string): string {
  /** The key of the value at hand; in an array that of the array. */
  let key = '';
  const around: string[] = [];
  const shown = body.replace(TOKEN, (token: string, next: string) => {
    if (/^[{[(]/.test(token)) {
      around.push(key);
      if (token === '{') key = '';
    } else if (/^[}\])]/.test(token)) key = around.pop() ?? '';
    const isTold = /^["'\p{L}\p{N}_$.*+-]/u.test(token);
    const isKey = isTold && next === ':' && around.length > 0;
    if (isKey) key = token;
    return !isTold || isKey || shows(token, key, next, around.length) ? token : '?';
  });
  return withoutShapes(shown);
}

function shows(token: string, key: string, next: string, depth: number): boolean {
  if (CONSTANT.test(token) || REFERENCE.test(token)) return true;
  // `db.guests.find(…)`, `ObjectId(…)`, `GET /guests/_search`
  if (WORD.test(token) && (next === '(' || depth === 0 || token === 'new')) return true;
  return NAMES.test(key) && NAME.test(token) && !isRandom(token);
}
