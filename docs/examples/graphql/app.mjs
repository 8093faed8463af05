import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

const port = Number(process.env.PORT ?? 3000);

const typeDefs = `
  type User { id: ID! name: String friends: [User!] }
  type Query { user(id: ID!): User fail: String }
`;

const user = (id) => ({ id, name: `user ${id}` });
const resolvers = {
  Query: {
    user: (_parent, { id }) => user(id),
    // GraphQL still answers 200: the request is no error, and the exception counts under ex:RangeError.
    fail: () => {
      throw new RangeError('no stock');
    },
  },
  User: { friends: () => [user(1), user(2), user(3)] },
};

// The row is the path. Names of operations and aliases are the caller's and make no rows.
await startStandaloneServer(new ApolloServer({ typeDefs, resolvers }), { listen: { port } });
