import BrokerLink
import Canvas
import Messaging

/// The first line: which broker, how much flows, what is wrong, and when.
struct HeaderLine {
    var context: ScreenContext
    var linkFailure: LinkError?
    /// When the newest figures came; nil before the first.
    var sampledAt: Timestamp?

    func draw(into canvas: inout Canvas, row: Int, columns: Int) {
        var left = LinePieces(self.whoPieces)
        var right = LinePieces(self.howPieces)
        LinePieces.fit(&left, &right, into: columns - 2, gap: 2)
        left.draw(into: &canvas, row: row, column: 1)
        right.draw(into: &canvas, row: row, column: columns - 1 - right.columns)
    }

    private var whoPieces: [LinePiece] {
        // What is lost first tells least: never the broker, the user and what may not be done.
        var pieces = [LinePiece("queuetop", .title, rank: 8)]
        let shown = self.context.contexts.shown
        // A broker without a name of its own is called by its address, which stands here anyway.
        let isNamed = shown.map { $0.name.text != self.context.identity?.address } ?? false
        if let shown, isNamed {
            pieces.append(LinePiece(shown.name.text, shown.colour.style, rank: 1))
        }
        if let identity = self.context.identity {
            let product = identity.product == "queuetop" ? "" : "\(identity.product) "
            // A context's name says which broker it is; whose login it is must be seen then.
            let (address, user) = isNamed ? (10, 3) : (2, 3)
            pieces.append(LinePiece(product + identity.address, rank: address))
            let login = "\(identity.user)@\(identity.virtualHost)"
            pieces.append(LinePiece(login, .muted, rank: user))
        }
        if self.linkFailure != nil {
            pieces.append(LinePiece("NOT CONNECTED", .danger, rank: 0))
            if let sampledAt {
                let time = ClockText.time(
                    sampledAt, utcOffsetSeconds: self.context.utcOffsetSeconds)
                pieces.append(LinePiece("STALE, of \(time)", .warning, rank: 1))
            }
        }
        if self.context.readOnlyReason != nil {
            let own = shown.map(\.colour) ?? .plain
            let style = own == .plain ? Style.warning : own.style
            pieces.append(LinePiece("READ-ONLY", style, rank: 1))
        }
        if let name = self.context.contexts.connecting {
            pieces.append(LinePiece("connecting to \(name)", .accent, rank: 2))
        }
        if self.context.isFrozen { pieces.append(LinePiece("FROZEN", .accent, rank: 1)) }
        return pieces
    }

    private var howPieces: [LinePiece] {
        let clock = ClockText.time(
            self.context.now, utcOffsetSeconds: self.context.utcOffsetSeconds)
        return [self.ratePiece] + self.alarmPieces + [
            LinePiece(RefreshText.sentence(self.context.refreshSeconds), .muted, rank: 9),
            LinePiece(clock, rank: 7),
        ]
    }

    /// In and out together: one without the other would say little.
    private var ratePiece: LinePiece {
        let rates = self.context.history.totalRates
        let marks = Marks(self.context.symbols)
        func text(_ perSecond: Double?) -> String {
            perSecond.map(Figures.rate) ?? Figures.none
        }
        return LinePiece(
            runs: [
                (marks.incoming + " ", .muted), (text(rates?.publishedPerSecond), .plain),
                ("  \(marks.outgoing) ", .muted), (text(rates?.deliveredPerSecond), .plain),
            ], rank: 6)
    }

    private var alarmPieces: [LinePiece] {
        guard let sample = self.context.history.latest else { return [] }
        let count = self.context.history.alarmCount + sample.brokerAlarms.count
        return count == 0
            ? [LinePiece("no alarms", .good, rank: 5)]
            : [LinePiece(Figures.counted(count, "alarm"), .danger, rank: 5)]
    }
}

/// How often the console samples, in words.
enum RefreshText {
    static func sentence(_ seconds: Double) -> String {
        "every " + Figures.duration(seconds: seconds)
    }
}
