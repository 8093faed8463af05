import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const port = Number(process.env.PORT ?? 3000);

@Controller('users')
class Users {
  // The controller's path and the method's are one route: /users/:id.
  @Get(':id')
  one(@Param('id') id: string) {
    return { id };
  }

  // The call has a row of its own.
  @Get(':id/profile')
  async profile(@Param('id') id: string) {
    const answer = await fetch(`http://localhost:${port}/users/${id}`);
    return answer.json();
  }

  // Controllers and interceptors are not counted; what they throw is shown by the sample of the request.
  @Get(':id/fail')
  fail() {
    throw new TypeError('no stock');
  }
}

@Module({ controllers: [Users] })
class Shop {}

const start = async () => {
  const app = await NestFactory.create(Shop, new FastifyAdapter(), { logger: false });
  await app.listen(port);
};
void start();
