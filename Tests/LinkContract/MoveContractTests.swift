import AMQPClient
import BrokerLink
import Messaging
import Testing

/// Moving messages from queue to queue, over every link.
@Suite("Link contract: moves", .serialized)
struct MoveContractTests {
    @Test(
        "Dead letters go back to the queue they died in, in order, and are no more",
        arguments: BrokerUnderTest.all)
    func requeueAll(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let shop = try await bench.declareShop()
            try await bench.kill(numbers(5), in: shop)
            _ = try await bench.link.sample()
            let last = await bench.redrive(shop.dead, .all, to: .queueItDiedIn)
            #expect(last == .finished(RedriveReport(moved: 5, movedTo: [shop.work: 5])))
            #expect(try await bench.ready(shop.dead) == 0)
            let message = try #require(try await bench.channel.get(shop.work))
            #expect(DeathRecord.records(in: message.message.properties.headers).count == 1)
            bench.channel.reject(message.tag, requeue: true)
            try await eventually("it is back") { try await bench.ready(shop.work) == 5 }
            #expect(try await bench.drain(shop.work) == numbers(5))
        }
    }

    @Test(
        "Chosen messages are moved, and the others keep their order",
        arguments: BrokerUnderTest.all)
    func requeueChosen(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let shop = try await bench.declareShop()
            try await bench.kill(numbers(5), in: shop)
            let ids = try await bench.browse(shop.dead).messages.map(\.id)
            let gone = MessageID(Position(.max))
            let last = await bench.redrive(
                shop.dead, .messages([ids[3], ids[1], gone]), to: .queue(shop.work))
            #expect(
                last == .finished(RedriveReport(moved: 2, missing: 1, movedTo: [shop.work: 2])))
            try await eventually("the others are back") { try await bench.ready(shop.dead) == 3 }
            #expect(try await bench.drain(shop.work) == ["2", "4"])
            #expect(try await bench.drain(shop.dead) == ["1", "3", "5"])
        }
    }

    @Test("What has no queue to go to stays where it is", arguments: BrokerUnderTest.all)
    func unroutable(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let shop = try await bench.declareShop()
            try await bench.kill(numbers(3), in: shop)
            try await bench.publish(["never died"], to: shop.dead)
            _ = try await bench.link.deleteQueue(shop.work, ifUnused: false, ifEmpty: false)
            let last = await bench.redrive(shop.dead, .all, to: .queueItDiedIn)
            #expect(last == .finished(RedriveReport(unroutable: 4)))
            try await eventually("all are back") { try await bench.ready(shop.dead) == 4 }
            #expect(try await bench.drain(shop.dead) == numbers(3) + ["never died"])
        }
    }

    @Test("A move with a rate goes in small steps", arguments: BrokerUnderTest.all)
    func pacedMove(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let (source, target) = (
                try await bench.declare("source"), try await bench.declare("target")
            )
            try await bench.publish(numbers(12), to: source)
            let ids = try await bench.browse(source).messages.map(\.id)
            for selection in [RedriveRequest.Selection.messages([ids[11]]), .all] {
                var moved: [Int] = []
                let request = RedriveRequest(
                    source: source, selection: selection, target: .queue(target), perSecondMax: 50)
                for await event in bench.link.redrive(request) {
                    switch event {
                    case .progress(let report), .finished(let report): moved.append(report.moved)
                    case .failed(_, let error): Issue.record("\(error)")
                    }
                }
                let steps = zip(moved, [0] + moved).map(-)
                #expect(steps.allSatisfy { $0 <= 5 }, "a tenth of a second's at most: \(moved)")
                #expect(moved.last == (selection == .all ? 11 : 1))
            }
            #expect(try await bench.drain(target) == ["12"] + numbers(11))
        }
    }

    @Test("A redrive stops by itself when messages come back", arguments: BrokerUnderTest.all)
    func returning(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let shop = try await bench.declareShop()
            try await bench.kill(numbers(300), in: shop)
            _ = try await bench.link.sample()
            var last: RedriveEvent?
            let request = RedriveRequest(
                source: shop.dead, selection: .all, target: .queueItDiedIn, perSecondMax: 500)
            for await event in bench.link.redrive(request) {
                last = event
                guard case .progress = event else { continue }
                while let message = try await bench.channel.get(shop.work) {
                    bench.channel.reject(message.tag, requeue: false)
                }
            }
            guard case .failed(let report, let error) = last,
                case .returning(shop.dead, let count, report.moved) = error
            else {
                Issue.record("\(String(describing: last))")
                return
            }
            #expect(count >= 50)
            #expect(report.moved < 300)
            try await eventually("none is lost") {
                try await bench.ready(shop.dead) + bench.ready(shop.work) == 300
            }
        }
    }

    /// What one redrive has held and put back is no message that came in during the next one.
    @Test(
        "Redrives of chosen messages follow each other, with others behind them",
        arguments: BrokerUnderTest.all)
    func oneAfterAnother(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let source = try await bench.declare("source")
            try await bench.publish(numbers(4_000), to: source)
            var ids: [MessageID] = []
            while ids.count < 4_000 {
                ids += try await bench.browse(source, after: ids.last, countMax: 1_000)
                    .messages.map(\.id)
            }
            try await eventually("all are back") { try await bench.ready(source) == 4_000 }
            try await bench.publish(numbers(200).map { "late \($0)" }, to: source)
            let target = try await bench.declare("target")
            for turn in 0..<5 {
                let chosen = ids.indices.filter { $0 % 400 == turn }.map { ids[$0] }
                let last = await bench.redrive(source, .messages(chosen), to: .queue(target))
                #expect(last == .finished(RedriveReport(moved: 10, movedTo: [target: 10])))
            }
            try await eventually("the others are back") {
                try await bench.ready(source) == 4_000 + 200 - 50
            }
        }
    }

    @Test("Thousands are moved, each once and in order", arguments: BrokerUnderTest.all)
    func moveMany(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let (source, target) = (
                try await bench.declare("source"), try await bench.declare("target")
            )
            let bodies = numbers(2_500)
            try await bench.publish(bodies, to: source)
            let last = await bench.redrive(source, .all, to: .queue(target))
            #expect(last == .finished(RedriveReport(moved: 2_500, movedTo: [target: 2_500])))
            #expect(try await bench.ready(source) == 0)
            #expect(try await bench.drain(target) == bodies)
        }
    }

    @Test(
        "Ending to listen stops a move; what was held is back at its place",
        arguments: BrokerUnderTest.all)
    func stop(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let (source, target) = (
                try await bench.declare("source"), try await bench.declare("target")
            )
            let bodies = numbers(2_500)
            try await bench.publish(bodies, to: source)
            let stream = bench.link.redrive(
                RedriveRequest(source: source, selection: .all, target: .queue(target)))
            let listener = Task {
                for await event in stream {
                    guard case .progress(let report) = event else { continue }
                    withUnsafeCurrentTask { $0?.cancel() }
                    return report.moved
                }
                return 0
            }
            #expect(await listener.value > 0)
            try await eventually("nothing is held") {
                try await bench.ready(source) + bench.ready(target) == bodies.count
            }
            let moved = try await bench.drain(target)
            #expect(moved.count < bodies.count)
            #expect(moved + (try await bench.drain(source)) == bodies)
        }
    }

    /// However the link's connection ends in the middle of a move, each message is in one of the
    /// queues; those that may be in both are counted by the error.
    @Test(
        "A connection lost in the middle of a move loses nothing",
        arguments: BrokerUnderTest.all, [0, 3_000, 20_000, 30_000])
    func lostConnection(kind: BrokerUnderTest, bytesBeforeCut: Int) async throws {
        try await Bench.run(kind) { bench in
            let (source, target) = (
                try await bench.declare("source"), try await bench.declare("target")
            )
            let bodies = numbers(2_500)
            try await bench.publish(bodies, to: source)
            var last: RedriveEvent?
            let request = RedriveRequest(source: source, selection: .all, target: .queue(target))
            var isCut = false
            for await event in bench.link.redrive(request) {
                last = event
                guard case .progress = event, !isCut else { continue }
                isCut = true
                if let cable = bench.cable {
                    // An order is some hundred bytes, whatever it moves.
                    cable.cut(
                        afterBytes: kind == .queuetop ? bytesBeforeCut / 100 : bytesBeforeCut)
                } else {
                    await bench.link.close()
                }
            }
            guard case .failed(let report, let error) = last else {
                Issue.record("the move did not fail: \(String(describing: last))")
                return
            }
            try await eventually("what was held is back") {
                try await bench.ready(source) + bench.ready(target) >= bodies.count
            }
            let (moved, left) = (try await bench.drain(target), try await bench.drain(source))
            #expect(Set(moved + left) == Set(bodies), "nothing is lost")
            #expect(Set(moved).count == moved.count, "nothing was sent twice")
            #expect(moved.count >= report.moved)
            let twice = moved.count + left.count - bodies.count
            if twice > 0 || moved.count > report.moved {
                guard case .outcomeUnknown = error else {
                    Issue.record("\(twice) are in both queues, but the error says: \(error)")
                    return
                }
            }
        }
    }
}
