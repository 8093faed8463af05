import { Bootstrap } from '@midwayjs/bootstrap';
import { Configuration, Controller, Get, Param } from '@midwayjs/core';
import * as koa from '@midwayjs/koa';

const port = Number(process.env.PORT ?? 3000);

@Controller('/')
class Users {
  // Midway makes a span of its own beside that of http: the request counts once. It tells nobody its route, so the
  // name is the path, with ids as *.
  @Get('/users/:id')
  async one(@Param('id') id: string) {
    return { id };
  }

  // The error is shown by the sample of /fail. Midway throws one for an unknown path too, which counts as ex:404.
  @Get('/fail')
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
