// register reads the route that Egg's router has found.
module.exports = ({ router, controller }) => {
  router.get('/users/:id', controller.users.one);
  router.get('/fail', controller.users.fail);
};
