const { Controller } = require('egg');

module.exports = class Users extends Controller {
  one() {
    this.ctx.body = { id: this.ctx.params.id };
  }

  fail() {
    throw new TypeError('no stock');
  }
};
