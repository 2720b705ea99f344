import LoadTest
import Messaging
import Testing

@Suite("LoadScenario.demo: the shop that the first look shows")
struct LoadScenarioTests {
    private let demo = LoadScenario.demo

    @Test("Everything that is named is declared")
    func declaresWhatItNames() {
        let exchanges = Set(self.demo.topology.exchanges.map(\.name))
        let queues = Set(self.demo.topology.queues.map(\.name))
        for binding in self.demo.topology.bindings {
            #expect(exchanges.contains(binding.exchange))
            #expect(queues.contains(binding.queue))
        }
        for stream in self.demo.streams { #expect(exchanges.contains(stream.exchange)) }
        for consumer in self.demo.consumers { #expect(queues.contains(consumer.queue)) }
    }

    @Test("Dead letters have a queue of their own to go to")
    func deadLettersArrive() throws {
        let mortal = self.demo.topology.queues.filter {
            $0.arguments["x-dead-letter-exchange"] != nil
        }
        #expect(mortal.map(\.name) == ["orders.payment", "email.outbound"])
        for queue in mortal {
            let exchange = try #require(queue.arguments["x-dead-letter-exchange"]?.text)
            let key = try #require(queue.arguments["x-dead-letter-routing-key"]?.text)
            #expect(
                self.demo.topology.bindings.contains {
                    $0.exchange.text == exchange && $0.routingKey == key
                        && $0.queue.text == "\(queue.name).dead"
                })
        }
    }

    @Test("A queue that nobody consumes keeps a bounded number of messages")
    func nothingGrowsForEver() {
        let consumed = Set(self.demo.consumers.map(\.queue))
        for queue in self.demo.topology.queues where !consumed.contains(queue.name) {
            #expect(queue.arguments["x-max-length"]?.integer != nil, "\(queue.name)")
        }
    }

    @Test("Every consumer keeps up with the rate between the bursts")
    func consumersKeepUp() {
        let ratePerSecond = [
            "orders.inventory": 150.0, "orders.payment": 150,
            "orders.shipping": 150, "email.outbound": 15,
        ]
        for consumer in self.demo.consumers {
            let perSecond =
                Double(consumer.count) * 1e6 / Double(consumer.work.meanMicroseconds)
            #expect(perSecond > ratePerSecond[consumer.queue.text] ?? .infinity)
        }
    }

    @Test("The counts that a screen shows add up over streams and consumers")
    func sums() {
        #expect(self.demo.ratePerSecond == 165)
        #expect(self.demo.producerCount == 2)
        #expect(self.demo.consumerCount == 6)
    }
}
