import type { Subscription } from '../bus/bus.ts';
import type { RunRecord } from '../model/run.ts';
import type { Timer } from '../platform/clock.ts';
import type { EngineContext } from './context.ts';
import { type Coordinator, createCoordinator } from './coordinator/coordinator.ts';
import { createLanes } from './coordinator/lanes.ts';
import { createSendOrder } from './coordinator/tell.ts';
import { createDesk } from './desk/desk.ts';
import { createOrderDesk, type OrderDesk } from './desk/order-desk.ts';
import { createOrderTokens } from './desk/order-tokens.ts';
import { createDuties, type Duties } from './duties/duties.ts';
import type { Engine } from './engine.ts';
import { endingOnTime } from './expiry/ending.ts';
import { watchingHealth } from './health/health.ts';
import { forgettingOldAudit } from './housekeeping/audit.ts';
import { forgettingOldCommands } from './housekeeping/inbox.ts';
import { createIntake, type Intake } from './intake/intake.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { previewCommand } from './preview.ts';
import { createScheduler, type Scheduler } from './scheduler/scheduler.ts';
import { reconcilingOnTime } from './schedules/reconcile-on-time.ts';
import { createSystemNews, type SystemNews } from './systems/news.ts';
import { createTemplateCache } from './templates.ts';
import { openWaysIn } from './ways-in.ts';

/**
 * Puts the engine together. States: built -> started -> draining -> stopped.
 * Everything that happens is caused by a command, a report, a commit, a hint or the tick.
 */
export function createEngine(context: EngineContext): Engine {
  const templates = createTemplateCache(context.store);
  const lanes = createLanes(context);
  const tokens = createOrderTokens(context);
  const coordinator = createCoordinator(context, {
    lanes,
    sendOrder: createSendOrder(context, tokens),
    onFinished: () => scheduler.look(),
  });
  const scheduler = createScheduler(context, { coordinator, templates, lanes });
  const intake = createIntake(context);
  const desk = createDesk({ context, templates, held: coordinator });
  const orderDesk = createOrderDesk(context, { desk, tokens });
  // What they write names the reign in which it was decided.
  const led = { ...context, store: context.leadership.store };
  const duties = [
    forgettingOldCommands(led),
    forgettingOldAudit(led),
    watchingHealth(led),
    reconcilingOnTime(led, intake.submit),
    endingOnTime(led, intake.submit),
  ];
  const parts: Parts = {
    coordinator,
    scheduler,
    outbox: createOutbox(context),
    intake,
    orderDesk,
    duties: createDuties(context, duties),
    news: createSystemNews(context),
  };
  const life = createLife(context, parts);
  return {
    start: life.start,
    drain: life.drain,
    stop: life.stop,
    submit: intake.submit,
    receive: intake.receive,
    preview: (command) => previewCommand(context, command),
    desk,
    orderDesk,
    validationWaits: coordinator.waitsOf,
  };
}

interface Parts {
  coordinator: Coordinator;
  scheduler: Scheduler;
  outbox: Outbox;
  intake: Intake;
  orderDesk: OrderDesk;
  duties: Duties;
  news: SystemNews;
}

function createLife(
  context: EngineContext,
  { coordinator, scheduler, outbox, duties, news, ...ways }: Parts,
) {
  const { clock, store, bus, systems, settings } = context;
  const endings: (() => void)[] = [];
  let waysIn: Subscription[] = [];
  let timer: Timer | null = null;
  let isDraining = false;

  function tick(): void {
    coordinator.tick();
    scheduler.tick();
    outbox.look();
    duties.tick();
    news.tick();
    timer = clock.setTimer(settings.tickMs, tick);
  }

  function follow(): void {
    endings.push(
      store.watch((transaction, committed) => {
        coordinator.absorb(transaction, committed);
        scheduler.absorb(transaction, committed);
        outbox.take(transaction, committed);
      }),
      systems.watch(() => coordinator.lookAgain()),
      news.follow(),
      bus.takeHints((hint) => {
        if (hint.kind === 'run') coordinator.refresh(hint.runId);
      }),
    );
  }

  function drain(): void {
    isDraining = true;
    scheduler.drain();
    coordinator.drain();
  }

  return {
    async start(): Promise<RunRecord[]> {
      follow();
      const resumed = await scheduler.begin();
      waysIn = await openWaysIn(context, ways);
      tick();
      return resumed;
    },
    drain,
    async stop(): Promise<void> {
      if (!isDraining) drain();
      await Promise.all(waysIn.map((way) => way.stop()));
      timer?.cancel();
      await duties.stop();
      await scheduler.idle();
      await coordinator.stop();
      for (const end of endings) end();
      await news.idle();
      await outbox.finish();
    },
  };
}
