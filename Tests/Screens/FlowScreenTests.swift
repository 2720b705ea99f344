import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

/// Circuit breakers, rates, guarantees and the disk's alarm, as a person sees them.
@Suite("Flow on the screens")
struct FlowScreenTests {
    private static let opened = BreakerStatus(
        state: .open(probesInMicroseconds: 8_000_000), stateMicroseconds: 2_000_000,
        cause: .failures, failures: 20, outcomes: 25, threshold: 0.5, openings: 1)

    private static let closed = BreakerStatus(
        state: .closed, stateMicroseconds: 7_200_000_000, failures: 3, outcomes: 120)

    private func sample(_ flow: QueueFlow) -> QueueSample {
        QueueSample(name: "orders", ready: 120, consumers: 2, flow: flow)
    }

    private func driver(
        _ flow: QueueFlow, columns: Int = 120, isReadOnly: Bool = false
    ) -> ConsoleDriver {
        Fleet.driver(
            columns: columns, rows: 30, queues: [SteadyQueue(self.sample(flow))],
            isReadOnly: isReadOnly)
    }

    @Test("An open breaker is an alarm in the list, in words that say what comes next")
    func alarm() {
        let driver = self.driver(QueueFlow(breaker: Self.opened))
        #expect(driver.rows[0].contains("1 alarm"))
        #expect(
            driver.text.contains(
                "circuit breaker open: 80 % of 25 deliveries failed, so orders delivers nothing "
                    + "for 2 s; it tries again in 8 s"))
        #expect(self.driver(QueueFlow(breaker: Self.closed)).rows[0].contains("no alarms"))
    }

    @Test("Each state has its sentence", arguments: [0, 1, 2])
    func sentences(place: Int) {
        let cases: [(BreakerStatus, String)] = [
            (
                BreakerStatus(
                    state: .halfOpen(unsent: 2, unsettled: 1), cause: .failures, failures: 1,
                    outcomes: 1),
                "circuit breaker half-open: orders tries whether its consumers work again, lets 2 "
                    + "through, waits for 1 ack"
            ),
            (
                BreakerStatus(
                    state: .open(probesInMicroseconds: nil), stateMicroseconds: 180_000_000,
                    cause: .byOperator),
                "circuit breaker open: an operator stopped the deliveries of orders 3m 00s ago; "
                    + "they go on when it is closed by hand"
            ),
            (
                BreakerStatus(
                    state: .open(probesInMicroseconds: 9_000_000), stateMicroseconds: 1_000_000,
                    cause: .failedProbe),
                "circuit breaker open: a trial failed, so orders delivers nothing for 1 s; it "
                    + "tries again in 9 s"
            ),
        ]
        let (breaker, sentence) = cases[place]
        #expect(self.driver(QueueFlow(breaker: breaker), columns: 160).text.contains(sentence))
    }

    @Test("The queue's screen shows breaker, rate, known ids and the guarantee with its reason")
    func summary() {
        let flow = QueueFlow(
            deliveriesPerSecondMax: 25, breaker: Self.closed, deduplicationIDs: 1_234,
            promise: DeliveryPromise(.atMostOnce, [.autoAck, .notDurable]))
        var driver = self.driver(flow)
        driver.press(.enter)
        #expect(driver.text.contains("circuit closed for 2h 00m, 3 of 120 failed"))
        #expect(driver.text.contains("delivers at most 25/s"))
        #expect(driver.text.contains("knows 1,234 ids"))
        #expect(
            driver.text.contains(
                "guarantee at most once: a consumer takes without ack: a message is gone once it "
                    + "is on its way, and more"))
        var opened = self.driver(QueueFlow(breaker: Self.opened))
        opened.press(.enter)
        #expect(
            opened.text.contains("circuit open for 2 s, tries again in 8 s, 80 % of 25 failed"))
    }

    @Test("The settings list every reason for the guarantee")
    func reasons() {
        let flow = QueueFlow(
            promise: DeliveryPromise(.atLeastOnce, [.publishesWithoutID]))
        let context = Shop.context(
            columns: 120, rows: 60, queues: [SteadyQueue(self.sample(flow))])
        var screen = QueueScreen(queue: "orders")
        _ = screen.update(.appeared, in: context)
        let detail = QueueDetail(
            name: "orders",
            arguments: [
                "x-delivery-rate": .double(2.5), "x-breaker-threshold": .double(0.25),
                "x-breaker-cooldown": .int32(5_000), "x-deduplication-window": .int32(60_000),
            ])
        _ = screen.update(.detailed("orders", .success(detail)), in: context)
        for _ in 0..<3 { _ = screen.perform(.nextPane, in: context) }
        let shown = text(of: screen, in: context)
        for line in [
            "delivers at most   2.5/s", "breaker opens at   25 % failures",
            "breaker cool-down  5 s", "takes once within  1m 00s",
            "guarantee          at least once",
        ] {
            #expect(shown.contains(line), "\(line)")
        }
        #expect(shown.contains("because"))
    }

    @Test("A wide list has the guarantee in its features")
    func tag() {
        let flow = QueueFlow(promise: DeliveryPromise(.effectivelyOnce))
        let driver = self.driver(flow, columns: 200)
        #expect(driver.text.contains("=1 D"))
    }

    // MARK: By hand

    @Test("Opening asks first, says what it means, and is done after yes")
    func opening() {
        var driver = self.driver(QueueFlow(breaker: Self.closed))
        driver.press(.enter)
        driver.clearEffects()
        driver.press(.character("b"))
        #expect(driver.text.contains("Open the circuit breaker of orders?"))
        #expect(driver.text.contains("Deliveries to 2 consumers stop until you close it again."))
        driver.press(.enter)
        #expect(driver.effects == [], "Cancel is focused")
        driver.press(.character("b"), .character("y"))
        #expect(driver.effects == [.setBreaker("orders", isOpen: true)])
        driver.send(.changedBreaker("orders", isOpen: true, .success(())))
        #expect(driver.text.contains("Opened the circuit breaker of orders"))
        #expect(driver.effects.last == .sample)
    }

    @Test("Closing an open one says how much waits; a refusal is told")
    func closing() {
        var driver = self.driver(QueueFlow(breaker: Self.opened))
        driver.press(.enter)
        driver.clearEffects()
        driver.press(.character("b"))
        #expect(driver.text.contains("Close the circuit breaker of orders?"))
        #expect(driver.text.contains("120 messages are ready."))
        #expect(driver.text.contains("It opens again when 50 % of them fail."))
        driver.press(.character("y"))
        #expect(driver.effects == [.setBreaker("orders", isOpen: false)])
        driver.send(
            .changedBreaker("orders", isOpen: false, .failure(.noCircuitBreaker("orders"))))
        #expect(driver.text.contains("orders has no circuit breaker."))
    }

    @Test("Without a breaker the key says so, and in read-only mode that")
    func refused() {
        var driver = self.driver(QueueFlow())
        driver.press(.enter, .character("b"))
        #expect(driver.text.contains("orders has no circuit breaker"))
        driver = self.driver(QueueFlow(breaker: Self.closed), isReadOnly: true)
        driver.press(.enter)
        driver.clearEffects()
        driver.press(.character("b"))
        #expect(driver.text.contains("--read-only"))
        driver.press(.character("y"))
        #expect(driver.effects == [])
    }

    // MARK: The disk

    private func overview(
        _ disk: DiskAlarm?, memory: MemoryAlarm? = nil, columns: Int = 80, rows: Int = 24
    ) -> ConsoleDriver {
        var driver = Fleet.driver(columns: columns, rows: rows)
        var sample = BrokerSample.of(Fleet.queues, second: 122)
        (sample.diskAlarm, sample.memoryAlarm, sample.blockedConnections) = (disk, memory, 2)
        var history = SampleHistory.of(Fleet.queues, second: 120)
        history.append(sample)
        driver.press(.backTab)
        driver.send(.sampled(.success(history)))
        return driver
    }

    @Test("A low disk is an alarm: what happened, what it means, what to do")
    func lowDisk() {
        let low = DiskAlarm.low(freeBytes: 41_000_000, limitBytes: 50_000_000)
        let driver = self.overview(low)
        #expect(driver.text.contains("! disk alarm: 41 MB free, the limit is 50 MB;"))
        let words = driver.text.split { "│ \n".contains($0) }.joined(separator: " ")
        #expect(
            words.contains(
                "publishers wait, consumers go on; free some space and it ends by itself"))
        let both = self.overview(low, memory: MemoryAlarm(usedBytes: 4_100, limitBytes: 4_000))
        #expect(both.text.contains("! disk alarm"))
        #expect(both.text.contains("! memory alarm: 4.1 kB in use"))
        #expect(both.rows[0].contains("5 alarms"))
    }

    @Test("Damaged data is an alarm: where, what became of it, what it means")
    func damage() {
        var driver = Fleet.driver(columns: 80, rows: 24)
        var sample = BrokerSample.of(Fleet.queues, second: 122)
        sample.damages = [
            "56 damaged bytes in log-2 at byte 8 were left out; a copy is in quarantine-log-2-8",
            "8 damaged bytes in log-2 at byte 96 were left out",
        ]
        var history = SampleHistory.of(Fleet.queues, second: 120)
        history.append(sample)
        driver.press(.backTab)
        driver.send(.sampled(.success(history)))
        #expect(driver.text.contains("! damaged data: 56 damaged bytes in log-2 at byte 8"))
        let words = driver.text.split { "│ \n".contains($0) }.joined(separator: " ")
        #expect(words.contains("and 1 more; messages may be missing, the rest is served"))
    }

    @Test("Open files that run out are an alarm: what it means and what to do")
    func filesShort() {
        var driver = Fleet.driver(columns: 80, rows: 24)
        var sample = BrokerSample.of(Fleet.queues, second: 122)
        sample.areFilesShort = true
        var history = SampleHistory.of(Fleet.queues, second: 120)
        history.append(sample)
        driver.press(.backTab)
        driver.send(.sampled(.success(history)))
        #expect(driver.text.contains("! open files run out: new clients are refused"))
        let words = driver.text.split { "│ \n".contains($0) }.joined(separator: " ")
        #expect(words.contains("close some, or allow the broker more (ulimit -n)"))
    }

    @Test("A failing disk says what fails; a small screen shows as much as fits")
    func failingDisk() {
        let failing = DiskAlarm.failing(reason: "writing the log failed with EIO")
        #expect(self.overview(failing).text.contains("disk alarm: writing the log failed with EIO"))
        let small = self.overview(failing, columns: 40, rows: 12)
        #expect(small.text.contains("! disk alarm: writing the log fail"))
        #expect(small.text.contains("▸!"), "there is room for a queue's alarm below it")
    }
}
