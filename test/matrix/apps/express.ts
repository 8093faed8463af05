import { get } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import { callsOf, serve } from './ending.cjs';

const app = express();
app.get(
  '/users/:id',
  (request: Request, response: Response) => void response.json({ id: request.params.id }),
);
app.get('/fail', () => {
  throw new Error('failed as told');
});
app.get('/calls', async (request: Request, response: Response) => {
  await callsOf(request, { get, fetch });
  response.json('called');
});
// Without it Express prints the error.
app.use(
  (_error: Error, _request: Request, response: Response, _next: NextFunction) =>
    void response.status(500).end(),
);
serve(app);
