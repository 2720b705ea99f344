import ArgumentParser
import BrokerLink

extension CompletionKind {
    /// Names of queues, where asking is cheap: only a broker that runs is asked, because a data
    /// directory would have to be opened for it.
    static var queueNames: CompletionKind {
        .custom { words, _, prefix async in
            var options = LinkOptions()
            options.attach = Self.value(of: "--attach", in: words)
            options.managementURL = Self.value(of: "--management-url", in: words)
            options.caFile = Self.value(of: "--ca-file", in: words)
            options.dataDirectory = Self.value(of: "--data-directory", in: words)
            options.vhost = Self.value(of: "--vhost", in: words)
            let contexts = NamedContexts(source: Self.settings(of: words))
            guard let settings = try? contexts.source.read() else { return [] }
            return await Self.queueNames(options.completed(by: settings), contexts)
                .filter { $0.hasPrefix(prefix) }
        }
    }

    /// Whatever goes wrong, there is nothing to complete.
    private static func queueNames(
        _ options: LinkOptions, _ contexts: NamedContexts
    ) async -> [String] {
        guard case .remote(let broker) = try? BrokerPlace.find(options, contexts),
            let opened = try? await RemoteLinks.open(broker, limits: .usual, mayAsk: false)
        else { return [] }
        let names = (try? await opened.link.sample())?.queues.map(\.name.text) ?? []
        await opened.close()
        return names.sorted()
    }
}
