export const dynamic = 'force-dynamic';

// The row is the page's route: /users/[id].
export default async function Page({ params }) {
  return <p>user {(await params).id}</p>;
}
