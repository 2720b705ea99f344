import BrokerLink
import Messaging
import Screens

/// Links side by side: one is shown and sampled, the others wait with what they know.
extension ConsoleRuntime {
    var shownLink: OpenLink {
        guard let link = self.links[self.shown] else {
            preconditionFailure("what is shown has a link")
        }
        return link
    }

    /// How the audit log names the broker that is shown.
    var auditedBroker: String {
        guard let identity = self.console.context.identity else { return "" }
        let broker = "\(identity.product) \(identity.address)"
        return self.contexts.choices.isEmpty ? broker : "\(self.shown): \(broker)"
    }

    /// Whether the next sample, and so the next frame, is less than a second away.
    var samplesWithinASecond: Bool { self.shownLink.schedule.samplesWithinASecond }

    // MARK: Switching

    /// Shows another broker: at once when there is a link to it, else when there is.
    func switchContext(to name: ContextName, _ tasks: inout DiscardingTaskGroup) {
        guard name != self.shown else { return self.update(.contextChanged(.stayed), &tasks) }
        guard self.links[name] == nil else { return self.show(name, &tasks) }
        self.update(.contextChanged(.connecting(name)), &tasks)
        guard self.opening.insert(name).inserted else { return }
        let (open, post) = (self.contexts.open, self.post)
        tasks.addTask {
            do {
                let link = try await open(name)
                // The console has ended meanwhile, and nobody else knows of it.
                guard !Task.isCancelled else { return await link.close() }
                post.yield(.opened(name, .success(link)))
            } catch {
                post.yield(.opened(name, .failure(ContextFailure(reason: "\(error)"))))
            }
        }
    }

    func opened(
        _ name: ContextName, _ result: Result<any BrokerLink, ContextFailure>,
        _ tasks: inout DiscardingTaskGroup
    ) {
        self.opening.remove(name)
        switch result {
        case .failure(let failure):
            self.update(.contextChanged(.failed(name, reason: failure.reason)), &tasks)
        case .success(let link):
            self.links[name] = OpenLink(
                link, refreshSeconds: self.console.context.refreshSeconds)
            if self.console.context.contexts.connecting == name {
                self.show(name, &tasks)
            } else {
                // Meanwhile the person chose another one.
                self.update(.contextChanged(.openedBeside(name)), &tasks)
            }
        }
    }

    private func show(_ name: ContextName, _ tasks: inout DiscardingTaskGroup) {
        guard let link = self.links[name] else { return }
        self.shown = name
        let refreshSeconds = self.console.context.refreshSeconds
        self.sample(&tasks) { $0.refreshChanged(to: refreshSeconds) }
        let address = name == self.contexts.start ? self.settings.clientAddress : nil
        self.update(
            .contextChanged(.shown(name, link.identity, link.history, clientAddress: address)),
            &tasks)
        self.sample(&tasks) { $0.wanted() }
    }

    /// Closes the links that were opened here; whoever gave the first one closes that.
    func closeLinks() async {
        for (name, link) in self.links where name != self.contexts.start {
            await link.link.close()
        }
    }

    // MARK: Answers

    /// Shows what a link answers, or only says how it ended when another one is shown.
    func answered(
        _ name: ContextName, _ message: ConsoleMessage, _ tasks: inout DiscardingTaskGroup
    ) {
        if case .redrove(let outcome) = message, outcome.ending != .running {
            self.redriveStop = nil
        }
        if case .replayed(let outcome) = message, outcome.ending != .running {
            self.replayStop = nil
        }
        let isShown = name == self.shown
        self.update(isShown ? message : .contextChanged(.elsewhere(name, message)), &tasks)
    }

    // MARK: Samples

    /// Asks the schedule of what is shown, and does what it says.
    func sample(
        _ tasks: inout DiscardingTaskGroup,
        _ ask: (inout SamplingSchedule) -> SamplingSchedule.Action
    ) {
        var link = self.shownLink
        let action = ask(&link.schedule)
        self.links[self.shown] = link
        let (name, post, sleep) = (self.shown, self.post, self.settings.time.sleep)
        switch action {
        case .nothing: break
        case .sample:
            let (broker, samples, isKnown) = (link.link, link.samples, link.identity != nil)
            tasks.addTask {
                let probed = isKnown ? nil : await LinkResult.of(broker.probe)
                post.yield(.sampled(name, probed: probed, await LinkResult.of(samples.next)))
            }
        case .wait(let seconds, let turn):
            tasks.addTask {
                try? await sleep(seconds)
                post.yield(.sampleDue(name, turn: turn))
            }
        }
    }

    func sampled(
        _ name: ContextName, _ probed: Result<BrokerIdentity, LinkError>?,
        _ result: Result<SampleHistory, LinkError>, _ tasks: inout DiscardingTaskGroup
    ) {
        if case .success(let identity)? = probed { self.links[name]?.identity = identity }
        if case .success(let history) = result { self.links[name]?.history = history }
        guard name == self.shown else {
            self.links[name]?.schedule.parked()
            return
        }
        if let probed { self.update(.probed(probed), &tasks) }
        self.update(.sampled(result), &tasks)
        self.sample(&tasks) { $0.finished() }
    }
}
