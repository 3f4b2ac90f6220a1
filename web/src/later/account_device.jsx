// Language, clock and week: kept on this device, for a shared screen has another reader than one's telephone.
import { Choice, language, languages, loadLanguage, setSettings, settings, showWeekday, t, toast, useStore } from 'bookable-kit';

export function Device() {
    const { hours, weekStart } = useStore(settings);
    const choose = (name) => (text) => setSettings({ [name]: text === '' ? undefined : Number(text) });
    const speak = async (tag) => {
        setSettings({ language: tag });
        await loadLanguage([tag]).catch(() => toast(t('problem.offline'), { tone: 'bad' }));
    };
    return (
        <>
            <Choice label={t('account.language')} value={language()} onChange={speak} options={Object.entries(languages).map(([tag, { name }]) => [tag, name])} />
            <Choice label={t('account.hours')} value={hours ?? ''} onChange={choose('hours')}
                options={[['', t('account.as_usual')], ['24', t('account.hours_24')], ['12', t('account.hours_12')]]} />
            <Choice label={t('account.week')} value={weekStart ?? ''} onChange={choose('weekStart')}
                options={[['', t('account.as_usual')], ['1', showWeekday('2030-05-13')], ['0', showWeekday('2030-05-12')], ['6', showWeekday('2030-05-11')]]} />
        </>
    );
}
