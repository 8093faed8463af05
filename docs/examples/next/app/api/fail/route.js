export const dynamic = 'force-dynamic';

// The error is shown by the sample of /api/fail.
export async function GET() {
  throw new TypeError('no stock');
}
