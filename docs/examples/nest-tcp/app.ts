import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ClientProxy, ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { messageSpans } from './message-spans';

const port = Number(process.env.PORT ?? 3000);
const tcp = { transport: Transport.TCP, options: { port: port + 1 } } as const;

// The service: each of its handlers has a row, /Stock/count.
@Controller()
class Stock {
  @MessagePattern({ cmd: 'count' })
  count(item: string) {
    return item.length;
  }

  @MessagePattern({ cmd: 'fail' })
  fail() {
    throw new TypeError('no stock');
  }
}

// Who asks it. A call over TCP has no row on this side.
@Controller('stock')
class Web {
  private readonly stock: ClientProxy = ClientProxyFactory.create(tcp);

  @Get(':item')
  ask(@Param('item') item: string) {
    return this.stock.send({ cmd: item === 'none' ? 'fail' : 'count' }, item);
  }
}

@Module({ controllers: [Stock, Web] })
class Shop {}

const start = async () => {
  const app = await NestFactory.create(Shop, { logger: false });
  // Before the handlers are connected.
  app.useGlobalInterceptors(messageSpans);
  app.connectMicroservice(tcp, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.listen(port);
};
void start();
