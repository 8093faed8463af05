import { Bootstrap } from '@midwayjs/bootstrap';
import { Configuration, Controller, Get, Param } from '@midwayjs/core';
import * as koa from '@midwayjs/koa';

const port = Number(process.env.PORT ?? 3000);

@Controller('/users')
class Users {
  // Midway makes a span of its own beside that of http. The request counts once.
  @Get('/:id')
  async one(@Param('id') id: string) {
    return { id };
  }

  @Get('/:id/fail')
  async fail() {
    throw new TypeError('no stock');
  }
}

const logger = { default: { enableFile: false, enableError: false, level: 'none' } };

@Configuration({
  imports: [koa],
  importConfigs: [{ default: { keys: 'example', koa: { port }, midwayLogger: logger } }],
})
class Shop {}

Bootstrap.configure({ imports: [Shop, Users], moduleDetector: false, globalConfig: {} }).run();
