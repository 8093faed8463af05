/** A plain handler: register sees its calls by the variables that Lambda sets. */
exports.handler = async (event) => {
  if (event.stock === 0) throw new RangeError('no stock');
  return { statusCode: 200, body: JSON.stringify({ order: event.order }) };
};
