require('reflect-metadata');
const { get } = require('node:http');
const { Controller, Get, Module, Param, Req } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { callsOf, serve } = require('./ending.cjs');

class Users {
  one(id) {
    return { id };
  }
  fail() {
    throw new Error('failed as told');
  }
  async calls(request) {
    await callsOf(request, { get, fetch });
    return 'called';
  }
}
decorate(Controller(), Get('users/:id'), Get('fail'), Get('calls'));
Param('id')(Users.prototype, 'one', 0);
Req()(Users.prototype, 'calls', 0);

class App {}
Module({ controllers: [Users] })(App);

NestFactory.create(App, { logger: false }).then(async (app) => {
  await app.init();
  serve(app.getHttpAdapter().getInstance());
});

function decorate(controller, ...routes) {
  controller(Users);
  for (const [at, name] of ['one', 'fail', 'calls'].entries()) {
    routes[at](Users.prototype, name, Object.getOwnPropertyDescriptor(Users.prototype, name));
  }
}
